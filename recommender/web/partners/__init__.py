"""The hotels' pages: form and plan in a hotel's colours, embeds, front desk, lobby screen, oEmbed."""

"""Plain pages: form, plan, and shared plans as HTML that needs no script, no socket and no second request."""

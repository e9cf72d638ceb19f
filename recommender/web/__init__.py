"""HTTP beside the pages, in the same process: JSON API, assets, health, and the headers of every response."""

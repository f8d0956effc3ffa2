"""The faces of the product: web pages, menu, live updates, and how a feature offers itself to them."""

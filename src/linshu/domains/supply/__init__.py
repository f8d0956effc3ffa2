"""Supply: what is listed and sold out, what lies in stock, what is lost."""

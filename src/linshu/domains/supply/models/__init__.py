"""The tables supply publishes: listings, stock days, stock movements."""

"""Suppliers (供应商): how they keep their word, and what one of them supplied, late, short or bad."""

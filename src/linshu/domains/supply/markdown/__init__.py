"""Markdowns (临期促销): stock that will spoil before it is sold, pushed to groups or sold for less while it can be."""

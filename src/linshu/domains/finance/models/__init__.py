"""The tables finance publishes: payments, refunds, costs."""

"""The tables fulfilment publishes: deliveries, hand-overs, cases, ratings."""

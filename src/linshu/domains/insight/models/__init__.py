"""The tables insight publishes: places, people, goods, orders and their lines."""

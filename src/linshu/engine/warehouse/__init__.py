"""Where the company's numbers live: one analytical store behind a small protocol, and the models built in it."""

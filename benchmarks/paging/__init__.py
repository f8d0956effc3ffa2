"""What the benchmark of pages is made of: a server in a process of its own, clients without and with a browser, a peer."""

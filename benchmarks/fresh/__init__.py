"""Fresh retail by store, product and day in the FreshRetailNet form: read, and with stock-outs of known truth put in."""

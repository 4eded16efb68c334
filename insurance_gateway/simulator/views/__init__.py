"""The services of the simulated gateway and its own pages."""

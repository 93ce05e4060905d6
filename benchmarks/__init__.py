"""How fast eventcal is, beside others that do the same work in the same minutes. `make bench`, or `python -m benchmarks GROUP`."""

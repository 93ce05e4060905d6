"""Who runs the sending: threads of this process, or an engine that carries batches to other machines."""

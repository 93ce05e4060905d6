"""Hostile input: strategies for every grammar, import format and address, and what must hold of each answer."""

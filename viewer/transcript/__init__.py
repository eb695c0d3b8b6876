"""Captions → a transcript, and the passages that claims restate. Core: text in, values out."""

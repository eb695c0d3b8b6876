"""Captions → a transcript, and its passages that claims restate. Core: text in, values out."""

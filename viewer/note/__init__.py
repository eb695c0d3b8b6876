"""A note's text → Note. Core: text in, values out; no folder, network or web."""

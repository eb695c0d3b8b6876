"""The video site: its addresses; later, what it knows of a video."""

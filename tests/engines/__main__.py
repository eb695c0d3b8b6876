"""Installs the browsers of other engines, where it can."""

from tests.engines.programs import main

main()

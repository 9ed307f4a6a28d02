"""Lets pre-commit install the hook from this repository as a wheel. Not the package: see python/pyproject.toml."""

from setuptools import setup

setup(name="kmslint-hook", version="0.0.0", py_modules=[], install_requires=["kmslint==0.1.0"])

"""Attacks, in small: a stranger's index, damaged bits, hostile files and words. In earnest: python -m benchmarks.hardening"""

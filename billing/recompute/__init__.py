"""Pricing past visits again: under the law of their day as a proof, or under a proposed law.

The frozen facts of a claim go through the same rules that priced the visit. Nothing is written.
"""

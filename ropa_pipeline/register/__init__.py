"""Assembles the register: activities, recipients, transfers, cookies, measures, each cell with evidence.

Pure functions over catalogue objects and observations; nothing here reads files, mappings or a clock.
"""

"""Dagster: assets, checks, schedules, sensors. The only package that imports Dagster.

Belongs here: adapters from stages to assets. Does not belong here: any rule, any reading of sources.
"""

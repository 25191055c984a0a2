"""The commands of ``ropa``, one file per group; each is thin and calls what the pipeline already has.

Belongs here: options, messages, exit codes. Does not belong here: any rule or reading.
"""

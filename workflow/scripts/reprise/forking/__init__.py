"""Functions run in forks of a process that has imported what they need.

Importing torch takes longer than training a small cell does. The first job of a workflow that asks
for it starts a server, which imports what jobs need and then forks once a job. A job stays what it
is without the server: a process of its own, whose log, exit status and end by a signal are those
of the process that asked for it.
"""

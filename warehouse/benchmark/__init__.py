"""The consultant's one benchmark file: what clinics may be compared by, and nothing of a patient.

Here: what a clinic's warehouse gives away, how the file keeps it, and what may be read of it. Not
here: when it is refreshed, and who may (tasks), and how a place is shown (report).
"""

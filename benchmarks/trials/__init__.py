"""Faults injected into real processes on real homes: kills at random moments, disks that fill up."""

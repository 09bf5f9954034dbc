"""How a clinic is deployed and commanded: its file, the build step, the diff, the command."""

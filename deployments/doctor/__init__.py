"""What `ptclinic doctor` looks at: one file per subject, each yields checks; nothing is sent."""

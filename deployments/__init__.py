"""How a clinic is deployed and commanded: clinic files, the build step, the diff behind `ptclinic deploy`, the command."""

"""A clinic file to begin with: valid as it stands, sends nothing, says what to fill in."""

from string import Template

HEAD = Template("""\
# yaml-language-server: $$schema=../../docs/generated/clinic.schema.json
# Fill in what is marked, then: ptclinic doctor $slug
version: 1
slug: $slug
name: $name
phone: "$phone" # patients call this number
timezone: $timezone
address:
  street: 1 Example Street # fill in
  city: $city
  state: $state
  postal_code: "00000" # fill in
  parking: "" # one sentence that reminders may repeat

# off: nothing leaves. sandbox: only to loopback. live: to patients.
delivery: off
""")

PRACTICE = {
    "cliniko": Template("""\
practice:
  system: cliniko
  api_key: ${prefix}_CLINIKO_KEY # the NAME of the secret, never itself
  contact: it@example.com # fill in: Cliniko asks every client to say who runs it
"""),
    "jane": Template("""\
practice:
  system: jane
  base_url: https://$slug.janeapp.com # fill in: the clinic's own address at Jane
  client_id: ${prefix}_JANE_CLIENT_ID # the NAMES of secrets: Jane gives both to partners
  client_secret: ${prefix}_JANE_CLIENT_SECRET
"""),
    "report_files": Template("""\
practice:
  system: report_files
  mappings: [$mapping]
  folder: {kind: local, path: exports/$slug} # or sftp, s3; fill in
"""),
}

TAIL = Template("""\
# Each vendor that sees patients' data needs a signed business-associate agreement; until its day
# stands here, the vendor is refused before anything is sent to it. For example:
#   - {vendor: twilio, signed_on: 2026-01-05, expires_on: 2027-12-31}
agreements: []

channels:
  sms:
    sender: "$phone" # fill in: the number bought from Twilio
    account: ${prefix}_TWILIO_ACCOUNT
    token: ${prefix}_TWILIO_TOKEN

# Everyone gets the cheap rungs; risk buys the scarce ones. A patient gets at most one message a day
# and three a week, so give each rung to a patient a day of its own.
ladder:
  - {name: three_days, channel: sms, before: P3D}
  - {name: one_day, channel: sms, before: P1D}
  - {name: call_list, channel: staff, before: P1D, tiers: [high]}

quiet_hours: {start: "20:00", end: "09:00"} # the patient's own time
caps: {per_day: 1, per_week: 3}
languages: [en]
visit_value_cents: 10000 # fill in: what one arrived visit collects on average
# What a sprint's dollars take off: licence and wage, as `economics` (docs/first-clinic.md).
definitions: {late_cancel_within: PT24H}
consent: ledger

# Coverage is asked for once `insurance` stands here, with an agreement with the clearinghouse:
# docs/first-clinic.md, "A clearinghouse".
# Claims leave once `claims` stands here: docs/first-clinic.md, "Claims".
""")


def starter(
    slug: str,
    *,
    name: str,
    phone: str,
    timezone: str,
    city: str,
    state: str,
    system: str,
    mapping: str,
) -> str:
    """The text of a clinic file; raises KeyError for a system that has no beginning here."""
    words = {
        "slug": slug,
        "name": name,
        "phone": phone,
        "timezone": timezone,
        "city": city,
        "state": state,
        "mapping": mapping,
        "prefix": slug.upper().replace("-", "_"),
    }
    parts = (HEAD, PRACTICE[system], TAIL)
    return "\n".join(part.substitute(words) for part in parts)

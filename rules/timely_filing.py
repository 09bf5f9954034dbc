"""The last day on which a claim is in time; 42 CFR 424.44 for Medicare, else the contract."""

from datetime import date, timedelta

from data_contracts.payer_terms import PayerTerms


def last_filing_day(service_on: date, terms: PayerTerms) -> date | None:
    """None where nobody told how long the payer takes claims.

    A year on ends with the same date; of a service on 29 February with 28 February.
    """
    if terms.filing_days is not None:
        return service_on + timedelta(days=terms.filing_days)
    if terms.filing_years is None:
        return None
    year = service_on.year + terms.filing_years
    try:
        return service_on.replace(year=year)
    except ValueError:
        return date(year, 2, 28)

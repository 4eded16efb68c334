"""From the rows of a closed visit to the frozen facts of its claim."""

from billing.services.freeze.claim import check_in_facts_build, claim_facts_build

__all__ = ["check_in_facts_build", "claim_facts_build"]

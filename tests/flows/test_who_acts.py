"""What a flow does stands in the audit under its run's id, as the system."""

import pytest
from prefect import flow

from data_contracts.deed import Role
from data_contracts.settings import Settings
from tasks.actor import acting
from tasks.guard import guarded_task

pytestmark = [pytest.mark.prefect, pytest.mark.slow]


def test_a_flow_and_its_tasks_act_as_the_system_under_the_runs_id(prefect_server, monkeypatch):
    monkeypatch.setenv("PTCLINIC_USER", "maria")
    monkeypatch.setenv("PTCLINIC_ROLE", "owner")

    @guarded_task
    def step():
        return acting(Settings())

    @flow
    def whoever():
        return acting(Settings()), step()

    state = whoever(return_state=True)
    for said in state.result():
        assert said == (f"flow run {state.state_details.flow_run_id}", Role.SYSTEM)
    assert acting(Settings()).role is Role.OWNER, "and nobody after it"

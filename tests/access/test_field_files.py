"""What a file in a field of the company's own holds is given to those who see the record and may read the class."""

import pytest

from conftest import ApiClient
from tests.access.asking import EVERY_SIGHT, keys_of
from tests.access.test_matrix import client_of
from tests.access.world import Company, Sight


@pytest.mark.parametrize("sight", EVERY_SIGHT)
def test_a_file_is_given_to_who_sees_its_record_and_reads_its_class(
    request: pytest.FixtureRequest, companies: tuple[Company, Company], sight: Sight
) -> None:
    here, there = companies
    reader = sight.give_to(here)
    client, api, given = client_of(reader), ApiClient(reader), 0
    for company in (here, there):
        for (key, privacy), file_id in company.field_files.items():
            if key not in keys_of(request, here):
                continue
            field = company.file_fields[f"customers {privacy}"]
            record = company.customers[key].pk
            may = company is here and key in sight.reached() and privacy in sight.privacy
            answers = (
                client.get(f"/fields/customers/{record}/{field.name}/files/{file_id}/"),
                api.get(f"/fields/customers/records/{record}/{field.name}/files/{file_id}/content"),
            )
            for answer in answers:
                assert answer.status_code == (200 if may else 404), (company.workspace.slug, key, privacy)
                assert not may or b"".join(answer.streaming_content) == b"held"
            given += may
            if not may:
                removal = client.post(f"/fields/customers/{record}/{field.name}/files/{file_id}/")
                adding = client.post(f"/fields/customers/{record}/{field.name}/files/")
                assert {removal.status_code, adding.status_code} == {404}
    assert given

"""Exports of HubSpot, Pipedrive, Salesforce and Zoho CRM: their people, companies and leads as customers.

One table a system, after the products' documented exports. Labels can be renamed by an account and follow its language: what
is not named here is left to the general guesses, and everything stays a suggestion.
"""

import re

from django.utils.translation import gettext_lazy as _

from samphan.platform.imports.sources import Source

_PEOPLE, _COMPANIES, _LEADS = _("contacts"), _("companies"), _("leads")
_COMMON_ERA = {"birth_date": {"era": "ce"}}


def zoho_id(number: str) -> str:
    """A number of Zoho without the mark that exports put before it."""
    return number.removeprefix("zcrm_")


_SALESFORCE_ID = re.compile(r"[A-Za-z0-9]{15}")
_SALESFORCE_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def salesforce_id(number: str) -> str:
    """Reports write 15 characters, data exports 18: the last three say which of the others are capitals."""
    if not _SALESFORCE_ID.fullmatch(number):
        return number
    parts = (number[start : start + 5] for start in (0, 5, 10))
    return number + "".join(
        _SALESFORCE_SUFFIX[sum(letter.isupper() << place for place, letter in enumerate(part))] for part in parts
    )


# What the systems' own words for the stage of a relation mean here. Others are asked about once and then remembered.

_HUBSPOT_STAGES = {
    "subscriber": "prospect",
    "lead": "lead",
    "marketing qualified lead": "lead",
    "marketingqualifiedlead": "lead",
    "sales qualified lead": "lead",
    "salesqualifiedlead": "lead",
    "opportunity": "lead",
    "customer": "regular",
    "evangelist": "advocate",
    "other": "",
}
_SALESFORCE_TYPES = {
    "prospect": "prospect",
    "customer": "regular",
    "customer - direct": "regular",
    "customer - channel": "regular",
    "channel partner / reseller": "",
    "installation partner": "",
    "technology partner": "",
    "other": "",
}
_LEAD_STATES = {
    # Salesforce
    "open - not contacted": "lead",
    "working - contacted": "lead",
    "closed - converted": "new",
    "closed - not converted": "lost",
    "new": "lead",
    "working": "lead",
    "nurturing": "lead",
    "qualified": "lead",
    "unqualified": "lost",
    # Zoho
    "attempted to contact": "lead",
    "contact in future": "lead",
    "contacted": "lead",
    "junk lead": "lost",
    "lost lead": "lost",
    "not contacted": "lead",
    "pre-qualified": "lead",
    "pre qualified": "lead",
    "not qualified": "lost",
}

HUBSPOT = (
    Source(
        "hubspot_contacts", "HubSpot", _PEOPLE,
        needs=("Record ID", "Record ID - Contact", "Contact ID", "รหัสบันทึก"),
        marks=(
            "Lifecycle Stage", "Lead Status", "Contact owner", "Create Date", "Marketing contact status",
            "Associated Company", "Associated Company IDs", "Last Activity Date", "Original Source",
            "Original Traffic Source", "State/Region", "Country/Region", "Unsubscribed from all email",
            "Additional email addresses", "ระยะวงจรชีวิต", "เจ้าของผู้ติดต่อ", "วันที่สร้าง",
        ),
        columns={
            "external_id": ("Record ID", "Record ID - Contact", "Contact ID", "รหัสบันทึก"),
            "title": ("Salutation",),
            "first_name": ("First Name", "ชื่อ"),
            "last_name": ("Last Name", "นามสกุล"),
            "email": ("Email", "Work email", "Additional email addresses", "อีเมล"),
            "phone": ("Phone Number", "หมายเลขโทรศัพท์"),
            "second_phone": ("Mobile Phone Number", "WhatsApp Phone Number", "หมายเลขโทรศัพท์มือถือ"),
            "address": ("Street Address", "ที่อยู่"),
            "district": ("City", "เมือง"),
            "province": ("State/Region", "State/Province", "รัฐ/ภูมิภาค"),
            "postcode": ("Postal Code", "รหัสไปรษณีย์"),
            "birth_date": ("Date of birth",),
            "gender": ("Gender",),
            "owner": ("Contact owner", "เจ้าของผู้ติดต่อ"),
            "stage": ("Lifecycle Stage", "ระยะวงจรชีวิต"),
            "source": ("Original Source", "Original Traffic Source"),
            "note": ("Message", "Notes"),
            "consent": ("Unsubscribed from all email", "Marketing contact status", "Legal basis for processing contact's data"),
        },
        others=(
            "Job Title", "Company Name", "Associated Company", "Lead Status", "Country/Region", "Industry", "Website URL",
            "Fax Number", "Last Modified Date", "Associated Contact", "Contact ID", "Time Zone", "Status",
        ),
        words={"stage": _HUBSPOT_STAGES},
        enough=3,
        id_prefix="hubspot:",
    ),
    Source(
        "hubspot_companies", "HubSpot", _COMPANIES,
        needs=("Company name", "ชื่อบริษัท"),
        marks=(
            "Record ID", "Company owner", "Company Domain Name", "Create Date", "Lifecycle Stage", "Last Activity Date",
            "State/Region", "Country/Region", "Associated Contact", "Associated Contact IDs", "Number of Employees",
            "เจ้าของบริษัท", "ชื่อโดเมนบริษัท",
        ),
        columns={
            "external_id": ("Record ID", "Record ID - Company", "Company ID", "รหัสบันทึก"),
            "name": ("Company name", "ชื่อบริษัท"),
            "phone": ("Phone Number", "หมายเลขโทรศัพท์"),
            "address": ("Street Address", "ที่อยู่"),
            "district": ("City", "เมือง"),
            "province": ("State/Region", "State/Province", "รัฐ/ภูมิภาค"),
            "postcode": ("Postal Code", "รหัสไปรษณีย์"),
            "owner": ("Company owner", "เจ้าของบริษัท"),
            "stage": ("Lifecycle Stage", "ระยะวงจรชีวิต"),
            "source": ("Original Source", "Original Traffic Source"),
            "note": ("Description",),
        },
        others=("Type", "Industry", "Website URL", "Annual Revenue", "Lead Status", "Street Address 2", "Time Zone"),
        words={"stage": _HUBSPOT_STAGES},
        values={"kind": "organisation"},
        enough=3,
        id_prefix="hubspot-company:",
    ),
)  # fmt: skip

PIPEDRIVE = (
    Source(
        "pipedrive_people", "Pipedrive", _PEOPLE,
        needs=("Person - Name", "Person - First name"),
        marks=(
            "Person - ID", "Person - Pipedrive System ID", "Person - Name", "Person - First name", "Person - Last name",
            "Person - Owner", "Person - Label", "Person - Labels", "Person - Organization", "Person - Email",
            "Person - Email - Work", "Person - Phone", "Person - Phone - Work", "Person - Person created",
            "Person - Creation date", "Person - Marketing status", "Person - Visible to",
        ),
        columns={
            "external_id": ("Person - ID", "Person - Pipedrive System ID", "Person - System ID"),
            "name": ("Person - Name",),
            "first_name": ("Person - First name",),
            "last_name": ("Person - Last name",),
            "email": (
                "Person - Email", "Person - Email - Work", "Person - Email - Home", "Person - Email - Other",
                "Person - Email (Work)", "Person - Email (Home)", "Person - Email (Other)",
            ),
            "phone": (
                "Person - Phone", "Person - Phone - Mobile", "Person - Phone - Work", "Person - Phone - Home",
                "Person - Phone - Other", "Person - Phone (Mobile)", "Person - Phone (Work)", "Person - Phone (Home)",
                "Person - Phone (Other)",
            ),
            "birth_date": ("Person - Birthday",),
            "address": ("Person - Postal address", "Person - Address"),
            "tags": ("Person - Label", "Person - Labels"),
            "owner": ("Person - Owner",),
            "note": ("Person - Notes", "Note"),
            "consent": ("Person - Marketing status", "Person - Double opt-in"),
        },
        others=(
            "Person - Organization", "Person - Job title", "Organization - Name", "Person - Profile picture",
            "Person - Instant messenger",
        ),
        formats=_COMMON_ERA,
        id_prefix="pipedrive:",
    ),
    Source(
        "pipedrive_organizations", "Pipedrive", _COMPANIES,
        needs=("Organization - Name",),
        marks=(
            "Organization - ID", "Organization - Pipedrive System ID", "Organization - Name", "Organization - Owner",
            "Organization - Label", "Organization - Labels", "Organization - Address",
            "Organization - Organization created", "Organization - Creation date", "Organization - People",
            "Organization - Visible to", "Organization - Open deals",
        ),
        columns={
            "external_id": ("Organization - ID", "Organization - Pipedrive System ID", "Organization - System ID"),
            "name": ("Organization - Name",),
            "address": (
                "Organization - Address", "Organization - Full/combined address of Address",
                "Organization - Street/road name of Address",
            ),
            "subdistrict": ("Organization - District/sublocality of Address",),
            "district": ("Organization - City/town/village/locality of Address",),
            "province": ("Organization - State/county of Address",),
            "postcode": ("Organization - ZIP/Postal code of Address",),
            "tags": ("Organization - Label", "Organization - Labels"),
            "owner": ("Organization - Owner",),
            "note": ("Organization - Notes", "Note"),
        },
        others=("Organization - People", "Organization - Industry", "Organization - Website"),
        values={"kind": "organisation"},
        id_prefix="pipedrive-organization:",
    ),
)  # fmt: skip

_SALESFORCE_FLAGS = ("IsDeleted", "SystemModstamp", "CreatedById", "LastModifiedById", "LastModifiedDate", "OwnerId")
SALESFORCE = (
    Source(
        "salesforce_contacts", "Salesforce", _PEOPLE,
        needs=("LastName",),
        marks=("AccountId", "MailingStreet", "MailingPostalCode", "HasOptedOutOfEmail", "ReportsToId", *_SALESFORCE_FLAGS),
        columns={
            "external_id": ("Id",),
            "title": ("Salutation",),
            "first_name": ("FirstName",),
            "last_name": ("LastName",),
            "email": ("Email",),
            "phone": ("MobilePhone", "Phone", "HomePhone", "OtherPhone", "AssistantPhone"),
            "birth_date": ("Birthdate",),
            "address": ("MailingStreet", "OtherStreet"),
            "district": ("MailingCity", "OtherCity"),
            "province": ("MailingState", "OtherState"),
            "postcode": ("MailingPostalCode", "OtherPostalCode"),
            "owner": ("Owner.Name", "Owner.Email"),
            "source": ("LeadSource",),
            "note": ("Description",),
            "consent": ("HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall"),
        },
        others=("Title", "Name", "Account.Name", "Department", "Fax", "MailingCountry", "AssistantName"),
        formats=_COMMON_ERA,
        enough=3,
        id_of=salesforce_id,
    ),
    Source(
        "salesforce_accounts", "Salesforce", _COMPANIES,
        needs=("Name",),
        marks=("BillingStreet", "BillingPostalCode", "MasterRecordId", "ParentId", "ShippingStreet", *_SALESFORCE_FLAGS),
        columns={
            "external_id": ("Id",),
            "name": ("Name",),
            "phone": ("Phone",),
            "address": ("BillingStreet", "ShippingStreet"),
            "district": ("BillingCity", "ShippingCity"),
            "province": ("BillingState", "ShippingState"),
            "postcode": ("BillingPostalCode", "ShippingPostalCode"),
            "owner": ("Owner.Name", "Owner.Email"),
            "stage": ("Type",),
            "source": ("AccountSource",),
            "note": ("Description",),
        },
        others=("AccountNumber", "Rating", "Site", "Website", "Industry", "Fax", "BillingCountry"),
        words={"stage": _SALESFORCE_TYPES},
        values={"kind": "organisation"},
        enough=3,
        id_of=salesforce_id,
    ),
    Source(
        "salesforce_leads", "Salesforce", _LEADS,
        needs=("LastName",),
        marks=("Company", "IsConverted", "ConvertedDate", "ConvertedAccountId", "ConvertedContactId", "NumberOfEmployees",
               "Status", "Rating", *_SALESFORCE_FLAGS),
        columns={
            "external_id": ("Id",),
            "title": ("Salutation",),
            "first_name": ("FirstName",),
            "last_name": ("LastName",),
            "email": ("Email",),
            "phone": ("MobilePhone", "Phone"),
            "address": ("Street",),
            "district": ("City",),
            "province": ("State",),
            "postcode": ("PostalCode",),
            "owner": ("Owner.Name", "Owner.Email"),
            "stage": ("Status",),
            "source": ("LeadSource",),
            "note": ("Description",),
            "consent": ("HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall"),
        },
        others=("Title", "Name", "Company", "Rating", "Industry", "Website", "Country", "Fax"),
        words={"stage": _LEAD_STATES},
        values={"stage": "lead"},
        enough=4,
        id_of=salesforce_id,
    ),
    Source(
        "salesforce_contact_report", "Salesforce", _PEOPLE,
        needs=("Contact ID", "Contact Owner", "เจ้าของผู้ติดต่อ"),
        marks=(
            "Account Name", "Mailing Street", "Mailing City", "Mailing State/Province", "Mailing Zip/Postal Code",
            "Account Owner", "Email Opt Out", "Last Activity", "Last Modified Date", "ชื่อบัญชี", "ID ผู้ติดต่อ",
        ),
        columns={
            "external_id": ("Contact ID", "ID ผู้ติดต่อ"),
            "title": ("Salutation", "คำนำหน้าชื่อ"),
            "first_name": ("First Name", "ชื่อ"),
            "last_name": ("Last Name", "นามสกุล"),
            "email": ("Email", "อีเมล"),
            "phone": ("Mobile", "Phone", "Home Phone", "Other Phone", "โทรศัพท์มือถือ", "โทรศัพท์"),
            "birth_date": ("Birthdate", "วันเกิด"),
            "address": ("Mailing Street", "Mailing Address Line 1"),
            "district": ("Mailing City",),
            "province": ("Mailing State/Province", "Mailing State/Province (text only)"),
            "postcode": ("Mailing Zip/Postal Code",),
            "owner": ("Contact Owner", "เจ้าของผู้ติดต่อ"),
            "source": ("Lead Source", "แหล่งที่มาของลูกค้าเป้าหมาย"),
            "note": ("Contact Description", "Description"),
            "consent": ("Email Opt Out", "Fax Opt Out", "Do Not Call"),
        },
        others=("Title", "Account Name", "Department", "Mailing Country", "Account Owner", "Last Activity", "ชื่อบัญชี"),
        enough=2,
        id_of=salesforce_id,
    ),
)  # fmt: skip

_ZOHO_TIMES = ("Created Time", "Modified Time", "Last Activity Time", "Created By.id", "Modified By.id", "Created By")
ZOHO = (
    Source(
        "zoho_contacts", "Zoho CRM", _PEOPLE,
        needs=("Record Id", "Contact Id", "Contact Owner.id"),
        marks=(
            "Contact Owner.id", "Account Name.id", "Vendor Name.id", "Mailing Zip", "Email Opt Out", "Secondary Email",
            "Contact Owner", "Mailing Street", "Unsubscribed Mode", "Unsubscribed Time", *_ZOHO_TIMES,
        ),
        columns={
            "external_id": ("Record Id", "Contact Id"),
            "title": ("Salutation",),
            "first_name": ("First Name", "ชื่อ"),
            "last_name": ("Last Name", "นามสกุล"),
            "email": ("Email", "Secondary Email", "อีเมล"),
            "phone": ("Mobile", "Phone", "Home Phone", "Other Phone", "โทรศัพท์มือถือ", "โทรศัพท์"),
            "birth_date": ("Date of Birth",),
            "address": ("Mailing Street", "Other Street"),
            "district": ("Mailing City", "Other City"),
            "province": ("Mailing State", "Other State"),
            "postcode": ("Mailing Zip", "Other Zip"),
            "tags": ("Tag",),
            "owner": ("Contact Owner",),
            "source": ("Lead Source",),
            "note": ("Description",),
            "consent": ("Email Opt Out", "Unsubscribed Time"),
        },
        others=(
            "Title", "Account Name", "Vendor Name", "Department", "Full Name", "Assistant", "Asst Phone", "Reports To",
            "Mailing Country", "Modified By", "Skype ID", "Twitter", "Fax", "Locked",
        ),
        formats=_COMMON_ERA,
        enough=3,
        id_of=zoho_id,
    ),
    Source(
        "zoho_accounts", "Zoho CRM", _COMPANIES,
        needs=("Account Name",),
        marks=(
            "Account Owner.id", "Account Owner", "Parent Account.id", "Billing Code", "Shipping Code", "Account Site",
            "Ticker Symbol", "SIC Code", "Record Id", *_ZOHO_TIMES,
        ),
        columns={
            "external_id": ("Record Id", "Account Id"),
            "name": ("Account Name",),
            "phone": ("Phone",),
            "address": ("Billing Street", "Shipping Street"),
            "district": ("Billing City", "Shipping City"),
            "province": ("Billing State", "Shipping State"),
            "postcode": ("Billing Code", "Shipping Code"),
            "tags": ("Tag",),
            "owner": ("Account Owner",),
            "note": ("Description",),
        },
        others=("Account Number", "Account Type", "Rating", "Industry", "Ownership", "Website", "Fax", "Parent Account"),
        values={"kind": "organisation"},
        enough=3,
        id_of=zoho_id,
    ),
    Source(
        "zoho_leads", "Zoho CRM", _LEADS,
        needs=("Record Id", "Lead Id", "Lead Owner.id"),
        marks=(
            "Lead Owner.id", "Lead Owner", "Lead Status", "Zip Code", "No. of Employees", "Email Opt Out", "Is Converted",
            "Converted Account.id", *_ZOHO_TIMES,
        ),
        columns={
            "external_id": ("Record Id", "Lead Id"),
            "title": ("Salutation",),
            "first_name": ("First Name", "ชื่อ"),
            "last_name": ("Last Name", "นามสกุล"),
            "email": ("Email", "Secondary Email", "อีเมล"),
            "phone": ("Mobile", "Phone", "โทรศัพท์มือถือ", "โทรศัพท์"),
            "address": ("Street",),
            "district": ("City",),
            "province": ("State",),
            "postcode": ("Zip Code",),
            "tags": ("Tag",),
            "owner": ("Lead Owner",),
            "stage": ("Lead Status",),
            "source": ("Lead Source",),
            "note": ("Description",),
            "consent": ("Email Opt Out", "Unsubscribed Time"),
        },
        others=("Title", "Company", "Full Name", "Industry", "Rating", "Website", "Country", "Fax", "Modified By"),
        words={"stage": _LEAD_STATES},
        values={"stage": "lead"},
        enough=3,
        id_of=zoho_id,
    ),
)  # fmt: skip

SOURCES = (*HUBSPOT, *PIPEDRIVE, *SALESFORCE, *ZOHO)

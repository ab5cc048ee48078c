//! Attributes of a person that only some products map.
//!
//! In: a name somebody typed. Out: which attribute is meant. Never: how a product writes it.

use serde::{Deserialize, Serialize};

/// An attribute that a person may have besides those that everybody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Detail {
    /// Mobile phone number.
    Mobile,
    /// Fax number.
    Fax,
    /// Office, as one text.
    Office,
    /// Street and number.
    Street,
    /// City.
    City,
    /// State or region.
    Region,
    /// Postal code.
    PostalCode,
    /// Country.
    Country,
    /// Organization.
    Organization,
    /// Division.
    Division,
    /// Cost center.
    CostCenter,
    /// Preferred language.
    PreferredLanguage,
    /// Role in the app.
    Role,
}

/// Every detail with its name and what else it is called, all without blanks and in lower case but the name.
const NAMES: &[(Detail, &str, &[&str])] = &[
    (Detail::Mobile, "mobile", &["mobilephone", "cellphone"]),
    (Detail::Fax, "fax", &["faxnumber", "facsimiletelephonenumber"]),
    (Detail::Office, "office", &["physicaldeliveryofficename", "officelocation"]),
    (Detail::Street, "street", &["streetaddress"]),
    (Detail::City, "city", &["locality"]),
    (Detail::Region, "region", &["state"]),
    (Detail::PostalCode, "postal code", &["postalcode", "zip", "zipcode"]),
    (Detail::Country, "country", &[]),
    (Detail::Organization, "organization", &["company", "companyname"]),
    (Detail::Division, "division", &[]),
    (Detail::CostCenter, "cost center", &["costcenter"]),
    (Detail::PreferredLanguage, "preferred language", &["preferredlanguage"]),
    (Detail::Role, "role", &["approle"]),
];

impl Detail {
    /// Every detail with its name.
    pub fn all() -> impl Iterator<Item = (Self, &'static str)> {
        NAMES.iter().map(|(detail, name, _)| (*detail, *name))
    }

    /// The detail of a name without blanks and in lower case.
    pub(crate) fn plain(name: &str) -> Option<Self> {
        let found = NAMES.iter().find(|(_, own, others)| *own == name || others.contains(&name));
        found.map(|(detail, ..)| *detail)
    }
}

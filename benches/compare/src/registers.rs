//! The registers with dense row numbers instead of ids, and of each record what the four questions ask for.

use std::path::Path;

use crate::cells::{self, Clauses};
use crate::truth::Truth;
use crate::tsv::{Ids, Text};

pub struct Files {
    pub facility: Text,
    pub centre: Text,
    pub vendor: Text,
    pub contract: Text,
    pub asset: Text,
    pub link: Text,
}

impl Files {
    pub fn open(folder: &Path) -> Result<Files, String> {
        Ok(Files {
            facility: Text::open(folder, "facility.tsv")?,
            centre: Text::open(folder, "centre.tsv")?,
            vendor: Text::open(folder, "vendor.tsv")?,
            contract: Text::open(folder, "contract.tsv")?,
            asset: Text::open(folder, "asset.tsv")?,
            link: Text::open(folder, "link.tsv")?,
        })
    }
}

pub struct Registers<'t> {
    pub facilities: Vec<&'t [u8]>,
    pub vendors: Vendors,
    pub contracts: Vec<Contract<'t>>,
    pub assets: Vec<Asset<'t>>,
    pub links: Vec<Link>,
}

/// Columns, one row per vendor, and the known pairs of vendor and subcontractor.
#[derive(Default)]
pub struct Vendors {
    /// Whether the vendor's data centre is in Japan.
    pub at_home: Vec<Truth>,
    /// Whether nobody recorded the subcontractors.
    pub open: Vec<bool>,
    pub subcontractors: Vec<(u32, u32)>,
}

pub struct Contract<'t> {
    pub id: &'t [u8],
    pub facility: u32,
    pub vendor: Option<u32>,
    pub external: Truth,
    pub clauses: Clauses,
}

pub struct Asset<'t> {
    pub id: &'t [u8],
    pub internet: Truth,
    pub patients: Truth,
}

pub struct Link {
    pub from: u32,
    pub to: u32,
    pub firewall: Truth,
}

/// What is read of a vendor before all vendors have numbers.
pub(crate) struct Vendor<'t> {
    pub id: &'t [u8],
    pub subcontractors: &'t [u8],
    pub centre: Option<u32>,
}

/// An id, and whether the centre is in Japan.
pub(crate) type Centre<'t> = (&'t [u8], Truth);

pub(crate) const FACILITY: [&str; 3] = ["id", "name", "beds"];
pub(crate) const CENTRE: [&str; 2] = ["id", "country"];
pub(crate) const VENDOR: [&str; 4] = ["id", "name", "subcontractors", "centre"];
pub(crate) const CONTRACT: [&str; 6] = ["id", "facility", "vendor", "external", "clauses", "signed"];
pub(crate) const ASSET: [&str; 4] = ["id", "facility", "internet", "patients"];
pub(crate) const LINK: [&str; 4] = ["id", "from", "to", "firewall"];

impl<'t> Registers<'t> {
    /// First what others refer to, then what refers to it.
    pub fn read(files: &'t Files) -> Result<Registers<'t>, String> {
        let (assets, others) = rayon::join(|| assets(&files.asset), || suppliers(files));
        let (asset_ids, assets) = assets?;
        let (facility_ids, facilities, vendor_ids, vendors) = others?;
        let (contracts, links) = rayon::join(
            || files.contract.rows(CONTRACT, |cells| contract(cells, &facility_ids, &vendor_ids)),
            || files.link.rows(LINK, |cells| link(cells, &asset_ids)),
        );
        Ok(Registers { facilities, vendors, contracts: contracts?, assets, links: links? })
    }
}

fn assets(text: &Text) -> Result<(Ids<'_>, Vec<Asset<'_>>), String> {
    let assets: Vec<_> = text.rows(ASSET, asset)?;
    Ok((Ids::new(text, assets.iter().map(|a| a.id))?, assets))
}

type Suppliers<'t> = (Ids<'t>, Vec<&'t [u8]>, Ids<'t>, Vendors);

fn suppliers(files: &Files) -> Result<Suppliers<'_>, String> {
    let facilities: Vec<_> = files.facility.rows(FACILITY, |[id, _, _]| Ok(id))?;
    let facility_ids = Ids::new(&files.facility, facilities.iter().copied())?;
    let centres: Vec<_> = files.centre.rows(CENTRE, |cells| Ok(centre(cells)))?;
    let centre_ids = Ids::new(&files.centre, centres.iter().map(|c| c.0))?;
    let rows: Vec<_> = files.vendor.rows(VENDOR, |cells| vendor(cells, &centre_ids))?;
    let (vendor_ids, vendors) = Vendors::new(&files.vendor, &rows, &centres)?;
    Ok((facility_ids, facilities, vendor_ids, vendors))
}

impl Vendors {
    pub(crate) fn new<'t>(
        text: &Text,
        rows: &[Vendor<'t>],
        centres: &[Centre],
    ) -> Result<(Ids<'t>, Vendors), String> {
        let ids = Ids::new(text, rows.iter().map(|v| v.id))?;
        let mut vendors = Vendors::default();
        for (row, vendor) in (0..).zip(rows) {
            vendors.at_home.push(vendor.centre.map_or(Truth::Unknown, |c| centres[c as usize].1));
            vendors.open.push(vendor.subcontractors.is_empty());
            if !matches!(vendor.subcontractors, b"" | b"-") {
                for id in vendor.subcontractors.split(|&byte| byte == b';') {
                    let other = ids.row(id).map_err(|e| text.fault(id, &e))?;
                    vendors.subcontractors.push((row, other));
                }
            }
        }
        Ok((ids, vendors))
    }
}

pub(crate) fn centre<'t>([id, country]: [&'t [u8]; 2]) -> Centre<'t> {
    (id, cells::at_home(country))
}

pub(crate) fn vendor<'t>(
    [id, _, subcontractors, centre]: [&'t [u8]; 4],
    centres: &Ids,
) -> Result<Vendor<'t>, String> {
    Ok(Vendor { id, subcontractors, centre: centres.known(centre)? })
}

pub(crate) fn contract<'t>(
    [id, facility, vendor, external, clauses, _]: [&'t [u8]; 6],
    facilities: &Ids,
    vendors: &Ids,
) -> Result<Contract<'t>, String> {
    Ok(Contract {
        id,
        facility: facilities.row(facility)?,
        vendor: vendors.known(vendor)?,
        external: cells::flag(external)?,
        clauses: Clauses::read(clauses)?,
    })
}

pub(crate) fn asset<'t>([id, _, internet, patients]: [&'t [u8]; 4]) -> Result<Asset<'t>, String> {
    Ok(Asset { id, internet: cells::flag(internet)?, patients: cells::flag(patients)? })
}

pub(crate) fn link([_, from, to, firewall]: [&[u8]; 4], assets: &Ids) -> Result<Link, String> {
    Ok(Link { from: assets.row(from)?, to: assets.row(to)?, firewall: cells::flag(firewall)? })
}

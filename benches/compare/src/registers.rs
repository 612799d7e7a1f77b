//! The registers with dense row numbers instead of ids, and of each record what the four questions ask for.

use std::path::Path;

use memmap2::Mmap;

use crate::truth::Truth;
use crate::tsv::{self, Ids};

pub struct Files {
    facility: Mmap,
    centre: Mmap,
    vendor: Mmap,
    contract: Mmap,
    asset: Mmap,
    link: Mmap,
}

impl Files {
    pub fn open(folder: &Path) -> Result<Files, String> {
        Ok(Files {
            facility: tsv::map(folder, "facility.tsv")?,
            centre: tsv::map(folder, "centre.tsv")?,
            vendor: tsv::map(folder, "vendor.tsv")?,
            contract: tsv::map(folder, "contract.tsv")?,
            asset: tsv::map(folder, "asset.tsv")?,
            link: tsv::map(folder, "link.tsv")?,
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

/// A set of clauses as bits, or that nobody recorded it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Clauses(u8);

impl Clauses {
    pub const CONFIDENTIALITY: u8 = 1;
    pub const PENALTY: u8 = 2;
    pub const NO_ANALYSIS: u8 = 4;
    pub const AUDIT: u8 = 8;
    const UNKNOWN: u8 = 16;

    fn read(cell: &[u8]) -> Result<Clauses, String> {
        match cell {
            b"" => return Ok(Clauses(Clauses::UNKNOWN)),
            b"-" => return Ok(Clauses(0)),
            _ => {}
        }
        let mut bits = 0;
        for clause in cell.split(|&byte| byte == b';') {
            bits |= match clause {
                b"confidentiality" => Clauses::CONFIDENTIALITY,
                b"penalty" => Clauses::PENALTY,
                b"no_analysis" => Clauses::NO_ANALYSIS,
                b"audit" => Clauses::AUDIT,
                other => return Err(format!("not a clause: {}", tsv::said(other))),
            };
        }
        Ok(Clauses(bits))
    }

    /// Whether all of these clauses are in the set.
    pub fn hold(self, wanted: u8) -> Truth {
        if self.0 == Clauses::UNKNOWN { Truth::Unknown } else { Truth::of(self.0 & wanted == wanted) }
    }
}

fn flag(cell: &[u8]) -> Result<Truth, String> {
    match cell {
        b"true" => Ok(Truth::True),
        b"false" => Ok(Truth::False),
        b"" => Ok(Truth::Unknown),
        other => Err(format!("neither true nor false: {}", tsv::said(other))),
    }
}

impl<'t> Registers<'t> {
    /// First what others refer to, then what refers to it.
    pub fn read(files: &'t Files) -> Result<Registers<'t>, String> {
        let (assets, others) = rayon::join(|| assets(&files.asset), || suppliers(files));
        let (asset_ids, assets) = assets?;
        let (facility_ids, facilities, vendor_ids, vendors) = others?;
        let (contracts, links) = rayon::join(
            || contracts(&files.contract, &facility_ids, &vendor_ids),
            || links(&files.link, &asset_ids),
        );
        Ok(Registers { facilities, vendors, contracts: contracts?, assets, links: links? })
    }
}

type Suppliers<'t> = (Ids<'t>, Vec<&'t [u8]>, Ids<'t>, Vendors);

fn suppliers(files: &Files) -> Result<Suppliers<'_>, String> {
    let facilities = tsv::rows(&files.facility, |[id, _, _]| Ok(id))?;
    let facility_ids = Ids::new(facilities.iter().copied())?;
    let (vendor_ids, vendors) = vendors(files)?;
    Ok((facility_ids, facilities, vendor_ids, vendors))
}

fn vendors(files: &Files) -> Result<(Ids<'_>, Vendors), String> {
    let centres = tsv::rows(&files.centre, |[id, country]| Ok((id, country)))?;
    let centre_ids = Ids::new(centres.iter().map(|c| c.0))?;
    let rows = tsv::rows(&files.vendor, |[id, _, subcontractors, centre]| {
        let country = centre_ids.known(centre)?.map_or(&b""[..], |row| centres[row as usize].1);
        let at_home = if country.is_empty() { Truth::Unknown } else { Truth::of(country == b"JP") };
        Ok((id, subcontractors, at_home))
    })?;
    let ids = Ids::new(rows.iter().map(|r| r.0))?;
    let mut vendors = Vendors::default();
    for (vendor, (_, subcontractors, at_home)) in (0..).zip(&rows) {
        vendors.at_home.push(*at_home);
        vendors.open.push(subcontractors.is_empty());
        if !matches!(*subcontractors, b"" | b"-") {
            for id in subcontractors.split(|&byte| byte == b';') {
                vendors.subcontractors.push((vendor, ids.row(id)?));
            }
        }
    }
    Ok((ids, vendors))
}

fn contracts<'t>(text: &'t [u8], facilities: &Ids, vendors: &Ids) -> Result<Vec<Contract<'t>>, String> {
    tsv::rows(text, |[id, facility, vendor, external, clauses, _]| {
        Ok(Contract {
            id,
            facility: facilities.row(facility)?,
            vendor: vendors.known(vendor)?,
            external: flag(external)?,
            clauses: Clauses::read(clauses)?,
        })
    })
}

fn assets(text: &[u8]) -> Result<(Ids<'_>, Vec<Asset<'_>>), String> {
    let assets = tsv::rows(text, |[id, _, internet, patients]| {
        Ok(Asset { id, internet: flag(internet)?, patients: flag(patients)? })
    })?;
    Ok((Ids::new(assets.iter().map(|a| a.id))?, assets))
}

fn links(text: &[u8], assets: &Ids) -> Result<Vec<Link>, String> {
    tsv::rows(text, |[_, from, to, firewall]| {
        Ok(Link { from: assets.row(from)?, to: assets.row(to)?, firewall: flag(firewall)? })
    })
}

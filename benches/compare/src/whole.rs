//! The registers whole, as an engine reads them that is told the questions later: every column typed and checked, all
//! ids told apart, and where each cell stands.

use crate::cells::{self, Country};
use crate::registers::{
    self, ASSET, Asset, CENTRE, CONTRACT, Contract, FACILITY, Files, LINK, Link, Registers, VENDOR,
};
use crate::tsv::{Ids, Place, Text};

pub struct Whole<'t> {
    pub registers: Registers<'t>,
    pub facilities: Table<FacilityRest<'t>, 3>,
    pub centres: Table<CentreRest<'t>, 2>,
    pub vendors: Table<VendorRest<'t>, 4>,
    pub contracts: Table<ContractRest, 6>,
    pub assets: Table<AssetRest, 4>,
    pub links: Table<LinkRest<'t>, 4>,
}

/// Row by row, what the questions do not ask for, and the places of all `N` cells.
pub struct Table<T, const N: usize> {
    pub rest: Vec<T>,
    pub places: Vec<[Place; N]>,
}

pub struct FacilityRest<'t> {
    pub name: Option<&'t str>,
    pub beds: Option<i64>,
}

pub struct CentreRest<'t> {
    pub id: &'t [u8],
    pub country: Option<Country>,
}

pub struct VendorRest<'t> {
    pub id: &'t [u8],
    pub name: Option<&'t str>,
    pub centre: Option<u32>,
}

pub struct ContractRest {
    /// Days since 1970-01-01.
    pub signed: Option<i32>,
}

pub struct AssetRest {
    pub facility: Option<u32>,
}

pub struct LinkRest<'t> {
    pub id: &'t [u8],
}

impl<'t> Whole<'t> {
    /// First what others refer to, then what refers to it.
    pub fn read(files: &'t Files) -> Result<Whole<'t>, String> {
        let (facilities, facility_rest) = facilities(&files.facility)?;
        let facility_ids = Ids::new(&files.facility, facilities.iter().copied())?;
        let (assets, suppliers) = rayon::join(|| assets(&files.asset, &facility_ids), || suppliers(files));
        let (asset_ids, assets, asset_rest) = assets?;
        let Suppliers { ids: vendor_ids, vendors, vendor_rest, centre_rest } = suppliers?;
        let (contracts, links) = rayon::join(
            || contracts(&files.contract, &facility_ids, &vendor_ids),
            || links(&files.link, &asset_ids),
        );
        let ((contracts, contract_rest), (links, link_rest)) = (contracts?, links?);
        Ok(Whole {
            registers: Registers { facilities, vendors, contracts, assets, links },
            facilities: facility_rest,
            centres: centre_rest,
            vendors: vendor_rest,
            contracts: contract_rest,
            assets: asset_rest,
            links: link_rest,
        })
    }
}

/// Row by row, what the questions ask for (`A`), and the rest.
type Rows<A, B, const N: usize> = (Vec<A>, Table<B, N>);

fn rows<'t, const N: usize, A: Send, B: Send>(
    text: &'t Text,
    columns: [&str; N],
    read: impl Fn([&'t [u8]; N]) -> Result<(A, B), String> + Sync,
) -> Result<Rows<A, B, N>, String> {
    let placed = |row: [&'t [u8]; N]| {
        // The id, which is compared as bytes only.
        row.first().map(|id| cells::text(id)).transpose()?;
        let (asked, rest) = read(row)?;
        Ok((asked, rest, row.map(|cell| text.place(cell))))
    };
    let (asked, rest, places) = text.rows::<N, _, (Vec<_>, Vec<_>, Vec<_>)>(columns, placed)?;
    Ok((asked, Table { rest, places }))
}

fn facilities(text: &Text) -> Result<Rows<&[u8], FacilityRest<'_>, 3>, String> {
    rows(text, FACILITY, |[id, name, beds]| {
        Ok((id, FacilityRest { name: cells::text(name)?, beds: cells::integer(beds)? }))
    })
}

struct Suppliers<'t> {
    ids: Ids<'t>,
    vendors: registers::Vendors,
    vendor_rest: Table<VendorRest<'t>, 4>,
    centre_rest: Table<CentreRest<'t>, 2>,
}

fn suppliers(files: &Files) -> Result<Suppliers<'_>, String> {
    let (centres, centre_rest) = rows(&files.centre, CENTRE, |cells| {
        let [id, country] = cells;
        Ok((registers::centre(cells), CentreRest { id, country: cells::country(country)? }))
    })?;
    let centre_ids = Ids::new(&files.centre, centres.iter().map(|c| c.0))?;
    let (asked, vendor_rest) = rows(&files.vendor, VENDOR, |cells| {
        let [id, name, ..] = cells;
        let asked = registers::vendor(cells, &centre_ids)?;
        let centre = asked.centre;
        Ok((asked, VendorRest { id, name: cells::text(name)?, centre }))
    })?;
    let (ids, vendors) = registers::Vendors::new(&files.vendor, &asked, &centres)?;
    Ok(Suppliers { ids, vendors, vendor_rest, centre_rest })
}

fn contracts<'t>(
    text: &'t Text,
    facilities: &Ids,
    vendors: &Ids,
) -> Result<Rows<Contract<'t>, ContractRest, 6>, String> {
    let (contracts, rest) = rows(text, CONTRACT, |cells| {
        let [.., signed] = cells;
        let asked = registers::contract(cells, facilities, vendors)?;
        Ok((asked, ContractRest { signed: cells::date(signed)? }))
    })?;
    Ids::new(text, contracts.iter().map(|c| c.id))?;
    Ok((contracts, rest))
}

type Assets<'t> = (Ids<'t>, Vec<Asset<'t>>, Table<AssetRest, 4>);

fn assets<'t>(text: &'t Text, facilities: &Ids) -> Result<Assets<'t>, String> {
    let (assets, rest) = rows(text, ASSET, |cells| {
        let [_, facility, ..] = cells;
        Ok((registers::asset(cells)?, AssetRest { facility: facilities.known(facility)? }))
    })?;
    Ok((Ids::new(text, assets.iter().map(|a| a.id))?, assets, rest))
}

fn links<'t>(text: &'t Text, assets: &Ids) -> Result<Rows<Link, LinkRest<'t>, 4>, String> {
    let (links, rest) = rows(text, LINK, |cells| {
        let [id, ..] = cells;
        Ok((registers::link(cells, assets)?, LinkRest { id }))
    })?;
    Ids::new(text, rest.rest.iter().map(|l| l.id))?;
    Ok((links, rest))
}

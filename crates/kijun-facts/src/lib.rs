//! The typed, columnar fact store and its readers. Every value knows the bytes it came from.
//!
//! Reads text, never files: whoever calls passes what was read. Knows no rules.

pub mod schema;
pub mod store;
pub mod value;

pub use schema::{AttrId, Attribute, Ask, EnumDef, EnumId, KindDef, KindId, Literal, Schema, Type};
pub use store::{Alternative, Column, Conflict, Evidence, EvidenceId, KindTable, RecordId, Register, SetColumn, Store, StoreBuilder};
pub use value::{Date, Duration, Scalar, Symbol, Symbols, Value};

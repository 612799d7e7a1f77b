//! Formats of one list, held against each other.

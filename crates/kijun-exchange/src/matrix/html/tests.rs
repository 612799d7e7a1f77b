//! Structure of the page.

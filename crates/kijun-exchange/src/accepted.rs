//! What findings are called where `kijun.toml` accepts them.

/// A finding by name, without the lines of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// A rule, relation or function by name, a requirement by id, a mapping by its line, a property by its name.
    pub of: String,
    /// The other rule of a pair.
    pub with: Option<String>,
    /// The text of the place.
    pub text: Option<String>,
    /// What is changed there.
    pub change: Option<String>,
}

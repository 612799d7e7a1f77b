//! The grammar, the formatter and the messages, over the corpus and the packs.

mod corpus;
mod depth;

//! The grammar, the formatter, the messages and the keywords, over the corpus and the packs.

mod corpus;
mod depth;
mod good;
mod keywords;
mod messages;
mod mutation;

//! The command line as scripts and people meet it: status, output, examples.

mod broken;
mod commands;
mod examples;
mod json;
mod run;
mod scenarios;

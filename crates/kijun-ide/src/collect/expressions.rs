//! What expressions mention, and what a literal in a place would belong to.

use kijun_syntax::{Kind, Node};

use super::{Collector, VALUES};
use crate::index::{Base, Means, Path};

impl Collector<'_> {
    /// Every expression directly below a node.
    pub(super) fn expressions(&mut self, node: &Node, expected: Option<&Path>) {
        for child in node.all(Kind::Expression) {
            self.expression(child, expected);
        }
    }

    /// What an expression mentions; `expected` is what a literal in its place would belong to.
    pub(super) fn expression(&mut self, node: &Node, expected: Option<&Path>) {
        match node.kind {
            Kind::Quantifier | Kind::Aggregate => self.binder(node, expected),
            Kind::Comparison => self.comparison(node, expected),
            Kind::Postfix => self.postfix(node, expected),
            Kind::CallOrName => self.call_or_name(node, expected),
            _ => node.parts().for_each(|child| self.expression(child, expected)),
        }
    }

    fn binder(&mut self, node: &Node, expected: Option<&Path>) {
        let set = node.child(Kind::Postfix);
        let path = set.map_or(Path::new(Base::Nothing), |s| self.path(s));
        if let Some(set) = set {
            self.expression(set, None);
        }
        let depth = self.scope.len();
        if let Some(var) = node.child(Kind::Name) {
            self.bind(var, path);
        }
        let body = |n: &&Node| matches!(n.kind, Kind::Disjunction | Kind::Expression);
        for child in node.parts().filter(body) {
            self.expression(child, expected);
        }
        self.scope.truncate(depth);
    }

    /// Each side of a comparison says what the other may be.
    fn comparison(&mut self, node: &Node, expected: Option<&Path>) {
        let sides: Vec<&Node> = node.all(Kind::Sum).collect();
        match sides.as_slice() {
            [left, right] => {
                let (of_left, of_right) = (self.simple_path(left), self.simple_path(right));
                self.expression(left, of_right.as_ref());
                self.expression(right, of_left.as_ref());
            }
            _ => node.parts().for_each(|child| self.expression(child, expected)),
        }
    }

    fn postfix(&mut self, node: &Node, expected: Option<&Path>) {
        let fields: Vec<&Node> = node.all(Kind::Field).collect();
        let expected = expected.filter(|_| fields.is_empty());
        for child in node.parts().filter(|n| n.kind != Kind::Field) {
            self.expression(child, expected);
        }
        let mut path = node.parts().next().map_or(Path::new(Base::Nothing), |p| self.path(p));
        for field in fields {
            self.mention(field, Means::Attribute(path.clone()));
            path = path.then(&self.text_of(field));
        }
    }

    fn call_or_name(&mut self, node: &Node, expected: Option<&Path>) {
        let Some(name) = node.child(Kind::Name) else { return };
        let text = self.text_of(name);
        match node.child(Kind::Arguments) {
            Some(arguments) => {
                self.mention(name, Means::Named(VALUES));
                for (i, argument) in arguments.all(Kind::Expression).enumerate() {
                    self.expression(argument, Some(&Path::new(Base::Column(text.clone(), i))));
                }
            }
            None => match self.local(&text).cloned() {
                Some((_, bound, path)) => self.mention(name, Means::Local(bound, path)),
                None => {
                    let path = expected.cloned().unwrap_or(Path::new(Base::Nothing));
                    self.mention(name, Means::Literal(path));
                }
            },
        }
    }

    /// The path that an expression is, if it is nothing but one.
    fn simple_path(&self, node: &Node) -> Option<Path> {
        let mut node = node;
        loop {
            if node.kind == Kind::Postfix {
                return Some(self.path(node));
            }
            let parts: Vec<&Node> = node.parts().collect();
            let [one] = parts.as_slice() else { return None };
            node = one;
        }
    }

    fn path(&self, node: &Node) -> Path {
        match node.kind {
            Kind::Postfix => {
                let mut parts = node.parts();
                let base = parts.next().map_or(Path::new(Base::Nothing), |p| self.path(p));
                parts.filter(|n| n.kind == Kind::Field).fold(base, |p, f| p.then(&self.text_of(f)))
            }
            Kind::CallOrName => {
                let Some(name) = node.child(Kind::Name).map(|n| self.text_of(n)) else {
                    return Path::new(Base::Nothing);
                };
                if node.child(Kind::Arguments).is_some() {
                    return Path::new(Base::Result(name));
                }
                match self.local(&name) {
                    Some((_, _, path)) => path.clone(),
                    // The records of a kind, or a parameter.
                    None => Path::new(Base::Result(name)),
                }
            }
            _ => Path::new(Base::Nothing),
        }
    }
}

//! Go slices.

use std::cell::{Ref, RefCell};
use std::rc::Rc;

use evenkeel_diagnostics::Origin;

use crate::{Str, Type, Value, ty};

/// One element of a [`List`] with the place it was written at.
#[derive(Debug, Clone)]
pub struct Item {
    /// The element.
    pub value: Value,
    /// Where it was written.
    pub origin: Origin,
}

impl From<Value> for Item {
    fn from(value: Value) -> Item {
        Item {
            value,
            origin: Origin::NONE,
        }
    }
}

#[derive(Debug)]
struct ListCell {
    ty: Type,
    nil: bool,
    items: RefCell<Vec<Item>>,
}

/// A Go slice: shared (clones see one another's mutations) and typed. `[]uint8` is [`Value::Bytes`].
#[derive(Debug, Clone)]
pub struct List(Rc<ListCell>);

impl List {
    /// A slice of type `ty` (kind slice) over items; the items must be of the element type.
    pub fn new(ty: Type, items: Vec<Item>) -> List {
        List(Rc::new(ListCell {
            ty,
            nil: false,
            items: RefCell::new(items),
        }))
    }

    /// A `[]interface {}`.
    pub fn of(values: impl IntoIterator<Item = Value>) -> List {
        List::new(ty::LIST, values.into_iter().map(Item::from).collect())
    }

    /// A `[]string`.
    pub fn strings<S: Into<Str>>(values: impl IntoIterator<Item = S>) -> List {
        let items = values
            .into_iter()
            .map(|s| Item::from(Value::Str(s.into())))
            .collect();
        List::new(ty::STRINGS, items)
    }

    /// The nil slice of type `ty`: empty, and `null` in JSON.
    pub fn nil(ty: Type) -> List {
        List(Rc::new(ListCell {
            ty,
            nil: true,
            items: RefCell::new(Vec::new()),
        }))
    }

    /// The slice's type.
    pub fn ty(&self) -> Type {
        self.0.ty
    }

    /// Whether this is the nil slice.
    pub fn is_nil(&self) -> bool {
        self.0.nil
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.0.items.borrow().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at `index`.
    pub fn get(&self, index: usize) -> Option<Value> {
        self.0
            .items
            .borrow()
            .get(index)
            .map(|item| item.value.clone())
    }

    /// The items, borrowed: hold it only while no template code can run.
    pub fn borrow(&self) -> Ref<'_, [Item]> {
        Ref::map(self.0.items.borrow(), Vec::as_slice)
    }

    /// The elements as they are now.
    pub fn snapshot(&self) -> Vec<Value> {
        self.0
            .items
            .borrow()
            .iter()
            .map(|item| item.value.clone())
            .collect()
    }

    /// The items (elements with origins) as they are now.
    pub fn items(&self) -> Vec<Item> {
        self.0.items.borrow().clone()
    }

    /// Changes the elements in place, seen by all clones (Go code that writes through a slice).
    pub fn mutate<R>(&self, change: impl FnOnce(&mut [Item]) -> R) -> R {
        change(&mut self.0.items.borrow_mut())
    }

    /// Identity: whether both are the same slice.
    pub fn same(&self, other: &List) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// A number that is this slice's identity while it lives.
    pub fn id(&self) -> usize {
        Rc::as_ptr(&self.0) as usize
    }
}

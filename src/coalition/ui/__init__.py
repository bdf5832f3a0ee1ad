"""How pages look: base template, components, forms and charts. Knows no room: plain values in."""

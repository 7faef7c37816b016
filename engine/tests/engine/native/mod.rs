mod port_types;

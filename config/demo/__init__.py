"""The demo province: three invented facilities and one invented day, played through the real
services.
"""
